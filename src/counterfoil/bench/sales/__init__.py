"""How many sales a second become durable through HTTP, beside `pgbench` with the same sale, in one run."""
