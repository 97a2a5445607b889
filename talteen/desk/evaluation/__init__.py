"""The sample, forms and their rounds of calibration, studies."""
