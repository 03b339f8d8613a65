-- Around the queue of procrastinate, whose own tables stand in this schema already. No row here is of a merchant, and
-- none holds more than ids: what a job is about, it reads itself, as that merchant.

-- A caller has another search_path; each function of the queue finds its own tables, and nobody else's.
DO $$
DECLARE
    each regprocedure;
BEGIN
    FOR each IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'jobs'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = jobs, pg_temp', each);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', each);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO counterfoil_app', each);
    END LOOP;
END;
$$;

-- Which merchants have payments whose next step is due, and since when. It looks at one merchant after the other, as
-- whoever asks, so row-level security holds as everywhere; ids and a moment are all that leaves.
CREATE FUNCTION jobs.due_payments(as_of timestamptz) RETURNS TABLE (merchant_id text, due_since timestamptz)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    one text;
BEGIN
    FOR one IN SELECT public.merchant_ids() LOOP
        PERFORM set_config('counterfoil.merchant_id', one, true);
        RETURN QUERY
        SELECT due.merchant_id, due.resolve_at
        FROM public.payments AS due
        WHERE due.merchant_id = one
            AND due.resolve_at <= as_of
            AND (due.leased_until IS NULL OR due.leased_until < as_of)
        ORDER BY due.resolve_at
        LIMIT 1;
    END LOOP;
    PERFORM set_config('counterfoil.merchant_id', '', true);
END;
$$;
REVOKE ALL ON FUNCTION jobs.due_payments(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.due_payments(timestamptz) TO counterfoil_app;

GRANT USAGE ON SCHEMA jobs TO counterfoil_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    jobs.procrastinate_jobs, jobs.procrastinate_workers, jobs.procrastinate_periodic_defers TO counterfoil_app;
GRANT SELECT, INSERT ON jobs.procrastinate_events TO counterfoil_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO counterfoil_app;
