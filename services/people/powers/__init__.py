"""What people and units may do beside their account: competences, delegations, capacities, what is apart."""
