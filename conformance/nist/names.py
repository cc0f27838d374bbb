"""Names that the files of the replay share: namespaces, UUIDs of IHE ITI TF-3 §4.2.5, transactions."""

RIM21 = "urn:oasis:names:tc:ebxml-regrep:rim:xsd:2.1"
RS21 = "urn:oasis:names:tc:ebxml-regrep:registry:xsd:2.1"
RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
RS = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
LCM = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
QUERY = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
XDS = "urn:ihe:iti:xds-b:2007"
SOAP = "http://www.w3.org/2003/05/soap-envelope"
WSA = "http://www.w3.org/2005/08/addressing"
XOP = "http://www.w3.org/2004/08/xop/include"

HAS_MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
RELATIONSHIP = "urn:ihe:iti:2007:AssociationType:"
STATUS = "urn:oasis:names:tc:ebxml-regrep:StatusType:"

SET_NODE = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
FOLDER_NODE = "urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2"

PATIENT_SCHEMES = {
    "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427",
    "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446",
    "urn:uuid:f64ffdf0-4b97-4e06-b79f-a52b38ec2f8a",
}
UNIQUE_ID_SCHEMES = {
    "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab",
    "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8",
    "urn:uuid:75df8f67-9973-4fbe-a900-df66cefecc5a",
}

# What a plan calls a transaction: ITI number, wsa:Action, whether the message is MTOM, which endpoint takes it.
TRANSACTIONS = {
    "Register": ("ITI-42", "urn:ihe:iti:2007:RegisterDocumentSet-b", False, "registry"),
    "ProvideAndRegister": ("ITI-41", "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b", True, "repository"),
    "StoredQuery": ("ITI-18", "urn:ihe:iti:2007:RegistryStoredQuery", False, "registry"),
    "MPQ": ("ITI-51", "urn:ihe:iti:2009:MultiPatientStoredQuery", False, "registry"),
    "Retrieve": ("ITI-43", "urn:ihe:iti:2007:RetrieveDocumentSet", True, "repository"),
    "Mu": ("ITI-57", "urn:ihe:iti:2010:UpdateDocumentSet", False, "registry"),
    "Rmu": ("ITI-92", "urn:ihe:iti:2018:RestrictedUpdateDocumentSet", False, "registry"),
    "RemoveMetadata": ("ITI-62", "urn:ihe:iti:2010:DeleteDocumentSet", False, "registry"),
    "Rd": ("ITI-86", "urn:ihe:iti:2017:RemoveDocuments", False, "repository"),
    "RegisterODDE": ("ITI-61", "urn:ihe:iti:2010:RegisterOnDemandDocumentEntry", False, "registry"),
}
# Transactions whose message carries registry objects that are given ids before they are sent.
SUBMISSIONS = {"Register", "ProvideAndRegister", "Mu", "Rmu", "RegisterODDE"}


def local(element):
    """The local name of an element, empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
