"""How Regie runs in Prefect: `prefect.yaml`, read by `regie up` and by `prefect deploy`."""
