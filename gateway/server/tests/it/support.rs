//! The program as a process: a folder prepared by a stage, a child that serves it, and what it logs.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use server::demo::stage::{Setting, Stage};

/// A store with the people of the samples, closed again: the gateway under test is a process of its own.
pub async fn prepared(folder: &Path) -> Stage {
    let stage = Stage::set(folder, Setting::default()).await.unwrap();
    stage.feed_patients().await.unwrap();
    let patient = stage.cast.patient("ondine").unwrap().clone();
    stage.authorise(&patient, &["gp"]).await.unwrap();
    stage.pause().await.unwrap()
}

/// The program in a folder.
pub fn command(folder: &Path) -> Command {
    let built = std::ffi::OsString::from(env!("CARGO_BIN_EXE_passerelle"));
    let mut command = Command::new(std::env::var_os("PASSERELLE_PROGRAM").unwrap_or(built));
    command.current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// A gateway process.
pub struct Served {
    child: Child,
    log: Arc<Mutex<String>>,
    /// Where management listens.
    pub management: String,
    /// Where the doors listen.
    pub listen: String,
}

impl Served {
    /// Starts the process and waits for its word that it listens.
    pub fn start(folder: &Path, log_level: &str) -> Served {
        Served::start_as(folder, &["serve", "--config", "passerelle.toml"], log_level)
    }

    /// The same with another command.
    pub fn start_as(folder: &Path, arguments: &[&str], log_level: &str) -> Served {
        let mut child = command(folder)
            .args(arguments)
            .env("PASSERELLE_LOG", log_level)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (listening, heard) = mpsc::channel();
        let log = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&log);
        // The log is read to its end, so that the process never waits for its reader.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if line.contains("\"listening\"") {
                    let _ = listening.send(line.clone());
                }
                let mut kept = kept.lock().unwrap();
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        let line = heard.recv_timeout(Duration::from_secs(60)).expect("the gateway says that it listens");
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        let address = |name: &str| line["fields"][name].as_str().unwrap().to_owned();
        Served { child, log, management: address("management"), listen: address("listen") }
    }

    /// The most memory that was resident at one time, KiB.
    pub fn peak_memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_ascii_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Ends it at once.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and waits: its exit status and all that it logged.
    pub fn terminate(mut self) -> (ExitStatus, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let log = self.log.lock().unwrap().clone();
        (status, log)
    }
}
