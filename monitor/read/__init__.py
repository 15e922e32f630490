"""Reading the pages of articles: robots.txt obeyed, text and addresses found, walls told apart, captures kept."""
