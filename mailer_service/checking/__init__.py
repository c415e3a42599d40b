"""Whether receivers will trust our mail: DNS records and relay, looked at from outside."""
