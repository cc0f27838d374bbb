//! The gateway as a program: configuration, listeners, identity, wiring and commands. The only place where
//! clocks, randomness and the environment are read.

pub mod commands;
pub mod config;
pub mod current;
pub mod demo;
pub mod domain;
pub mod gateway;
pub mod http;
pub mod identity;
pub mod listen;
pub mod outside;
pub mod people;
pub mod pki;
pub mod purging;
pub mod relay;
pub mod rereading;
pub mod sandbox;
pub mod sealing;
