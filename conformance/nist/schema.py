"""The ebXML and IHE schemas, against which every message of the replay is held."""

from pathlib import Path

from lxml import etree

from names import LCM, QUERY, RS, XDS

FILES = {RS: "rs.xsd", LCM: "lcm.xsd", QUERY: "query.xsd", XDS: "XDS.b_DocumentRepository.xsd"}


class Schemas:
    """The schemas of a folder, as one."""

    def __init__(self, folder):
        folder = Path(folder).resolve()
        root = etree.Element("{http://www.w3.org/2001/XMLSchema}schema")
        for namespace, file in FILES.items():
            etree.SubElement(
                root,
                "{http://www.w3.org/2001/XMLSchema}import",
                namespace=namespace,
                schemaLocation=(folder / file).as_uri(),
            )
        self.schema = etree.XMLSchema(root)

    def faults(self, element):
        """What the schemas say against an element; the first five."""
        document = etree.fromstring(etree.tostring(element))
        if self.schema.validate(document):
            return []
        return [f"line {entry.line}: {entry.message}" for entry in self.schema.error_log][:5]
