"""What Prometheus is told: what the web processes have counted, and what the books say when it asks."""
