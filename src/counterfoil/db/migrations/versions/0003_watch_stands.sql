-- How far the watch has read the books of each merchant: two moments a merchant, and not whose they are.
CREATE FUNCTION jobs.watch_stands() RETURNS TABLE (created_at timestamptz, read_through timestamptz)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    one text;
BEGIN
    FOR one IN SELECT public.merchant_ids() LOOP
        PERFORM set_config('counterfoil.merchant_id', one, true);
        RETURN QUERY
        SELECT merchant.created_at, stand.read_through
        FROM public.merchants AS merchant
        LEFT JOIN public.watch_stands AS stand ON stand.merchant_id = merchant.merchant_id
        WHERE merchant.merchant_id = one;
    END LOOP;
    PERFORM set_config('counterfoil.merchant_id', '', true);
END;
$$;
REVOKE ALL ON FUNCTION jobs.watch_stands() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.watch_stands() TO counterfoil_app;
