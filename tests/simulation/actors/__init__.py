"""What buyers, banks and sellers do at random: to each kind of purchase its own."""
