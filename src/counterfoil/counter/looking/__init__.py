"""Looking things up at the counter: one order as a whole, parked orders, today's date. It only reads."""
