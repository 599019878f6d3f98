"""How an archive is published: `serve` it, keep its `metadata` complete, and the Datasette `plugin`."""
