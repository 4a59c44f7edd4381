"""What a paper is: the model, its ids and links, keys of titles, citing. Knows nothing else."""
