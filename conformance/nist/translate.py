"""ebRIM 2.1, in which half of the kit is written, to ebRIM 3.0, which XDS.b speaks."""

import copy

from lxml import etree

from names import HAS_MEMBER, LCM, RELATIONSHIP, RIM, RIM21, RS21, STATUS, local

ORDER = ["Slot", "Name", "Description", "VersionInfo", "Classification", "ExternalIdentifier"]
RELATIONSHIPS = {"RPLC", "XFRM", "APND", "XFRM_RPLC", "signs"}
OBJECT_TYPE = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:"
TYPED = {"Association", "Classification", "ExternalIdentifier", "RegistryPackage"}


def translate(root):
    """A submission in ebRIM 3.0, whichever it was written in; anything else as it is. Never changes `root`."""
    old = any(is_old(element) for element in root.iter())
    root = copy.deepcopy(root)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    if not old:
        return root
    root = renamed(root)
    for objects in root.iter(f"{{{RIM}}}RegistryObjectList"):
        # A habit of ebRIM 2.1: the classification schemes are listed. XDS.b ignores the list.
        for listed in objects.findall(f"{{{RIM}}}ObjectRef"):
            objects.remove(listed)
    number = 0
    for element in list(root.iter()):
        name = local(element)
        if name in TYPED:
            number += 1
            complete(element, name, number)
        if name in TYPED or name == "ExtrinsicObject":
            element[:] = sorted(element, key=lambda child: rank(local(child)))
    return root


def is_old(element):
    """Whether an element is of ebRIM or ebRS 2.1."""
    return isinstance(element.tag, str) and element.tag.startswith((f"{{{RIM21}}}", f"{{{RS21}}}"))


def renamed(element):
    """The tree in the namespaces of 3.0, which are declared anew so that none of 2.1 stays."""
    name = local(element)
    if name == "LeafRegistryObjectList":
        name = "RegistryObjectList"
    namespace = LCM if name == "SubmitObjectsRequest" else RIM
    made = etree.Element(f"{{{namespace}}}{name}", dict(element.attrib), nsmap={"lcm": LCM, "rim": RIM})
    made.text = (element.text or "").strip() or None
    made.extend(renamed(child) for child in element)
    return made


def complete(element, name, number):
    """What 3.0 requires of an object and 2.1 did not: an id, its parent, its full type."""
    if element.get("id") is None:
        element.set("id", f"{name}.{number}")
    if element.get("objectType") is None:
        element.set("objectType", OBJECT_TYPE + name)
    status = element.get("status")
    if status and ":" not in status:
        element.set("status", STATUS + status)
    parent = element.getparent()
    owner = parent.get("id") if local(parent) in {"ExtrinsicObject", "RegistryPackage", "Association"} else None
    if name == "ExternalIdentifier" and element.get("registryObject") is None and owner:
        element.set("registryObject", owner)
    if name == "Classification" and element.get("classifiedObject") is None and owner:
        element.set("classifiedObject", owner)
    if name == "Association":
        kind = element.get("associationType")
        if kind == "HasMember":
            element.set("associationType", HAS_MEMBER)
        elif kind in RELATIONSHIPS:
            element.set("associationType", RELATIONSHIP + kind)


def rank(name):
    """The place of a child in the schema's sequence."""
    return ORDER.index(name) if name in ORDER else len(ORDER)
