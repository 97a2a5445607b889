"""What leaves the house: disclosures, recipients, processors, the record of processing."""
