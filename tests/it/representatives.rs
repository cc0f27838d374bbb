//! Parents, guardians and helpers, over the socket with their own accounts.

use model::Ins;
use passerelle_tests::paper::Paper;
use policy::{Link, Operation, Representation};
use server::demo::script::search_path;

use crate::world::World;

async fn linked(world: &World, holder: &Ins, by: &str, link: Link) {
    let link = Representation { by: world.patient(by), link };
    world.stage.operate(Operation::Represent(holder.clone(), link)).await.unwrap();
}

/// A document in the record of the minor `leon`; its FHIR id.
async fn document_of_a_child(world: &World) -> String {
    let author = world.stage.cast.professional("hospital-doctor").unwrap();
    let structure = world.stage.cast.structure(&author.structure).unwrap();
    let paper = Paper::new(1, &world.patient("leon"), (&author.id, &structure.id));
    let mappings = &world.stage.gateway().unwrap().app.desk.mappings;
    let token = world.token("hospital-doctor");
    let body = paper.iti105(mappings);
    let reply = world.stage.fhir_post("DocumentReference", Some(&token), body).await.unwrap();
    assert_eq!(reply.status.as_u16(), 201, "{}", reply.text());
    reply.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_parent_reads_the_childs_record_a_helper_and_a_stranger_see_none() {
    let world = World::new().await;
    let child = world.patient("leon");
    let id = document_of_a_child(&world).await;
    let sees = async |who: &str| {
        let token = world.token(who);
        let list = world.stage.fhir_get(&search_path(&child), Some(&token), "*/*").await.unwrap();
        assert_eq!(list.status.as_u16(), 200, "{}", list.text());
        let mut statuses = Vec::new();
        for path in [format!("DocumentReference/{id}"), format!("Binary/{id}")] {
            statuses.push(world.stage.fhir_get(&path, Some(&token), "*/*").await.unwrap().status.as_u16());
        }
        (list.json()["total"].as_u64().unwrap(), statuses)
    };
    let nothing = (0, vec![404, 404]);
    assert_eq!(sees("basile").await, nothing, "a stranger: as if there were no record");
    linked(&world, &child, "basile", Link::Helper).await;
    assert_eq!(sees("basile").await, nothing, "a helper's link grants nothing");
    linked(&world, &child, "ghjulia", Link::Parent).await;
    assert_eq!(sees("ghjulia").await, (1, vec![200, 200]), "by one account, for each child");
    world.stage.operate(Operation::Unrepresent(child.clone(), world.patient("ghjulia"))).await.unwrap();
    assert_eq!(sees("ghjulia").await, nothing, "on the next request");
}
