"""What runs beside the web: the queue's server, workers, the scheduler and the sweeper."""
