"""Re-cleaning archives: any format in, clean shards and an account of every removal out, each record once."""
