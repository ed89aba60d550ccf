"""The CRA (compte rendu d'activité): what a consultant did on each day of a month, for one mission."""
