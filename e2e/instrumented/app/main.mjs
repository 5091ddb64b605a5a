// The shop as an ES module application.
import * as api from '@opentelemetry/api';
import * as core from '@opentelemetry/core';
import * as grpc from '@grpc/grpc-js';
import amqplib from 'amqplib';
import express from 'express';
import fastify from 'fastify';
import http from 'node:http';
import { Redis } from 'ioredis';
import pg from 'pg';
import * as undici from 'undici';
import { runShop } from './shop.mjs';

await runShop({ api, core, grpc, amqplib, express, fastify, http, Redis, pg, undici });
