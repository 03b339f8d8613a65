"""The deliveries book: parcels and what carriers say of them."""
