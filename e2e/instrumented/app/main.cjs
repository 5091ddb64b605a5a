// The shop as a CommonJS application.
const modules = {
  api: require('@opentelemetry/api'),
  core: require('@opentelemetry/core'),
  grpc: require('@grpc/grpc-js'),
  amqplib: require('amqplib'),
  express: require('express'),
  fastify: require('fastify'),
  http: require('node:http'),
  Redis: require('ioredis').Redis,
  pg: require('pg'),
  undici: require('undici'),
};
const { runShop } = require('./shop.mjs');

void runShop(modules);
