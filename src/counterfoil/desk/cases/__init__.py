"""Cases: findings in human care, from the moment they come to their closure. No money is moved here."""
