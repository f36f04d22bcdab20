// Writes reference.json: what the npm package itself computes, in its own tfjs, for a made-up picture.
// usage: node make_reference.mjs <node_modules/@vladmandic/face-api> > reference.json
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import util from 'node:util'

const [packageFolder] = process.argv.slice(2)

// The browser bundle stubs Node's `util`; hand it the three things it asks for.
globalThis.__util = { TextEncoder: util.TextEncoder, TextDecoder: util.TextDecoder, types: util.types }
const bundle = fs.readFileSync(path.join(packageFolder, 'dist/face-api.esm.js'), 'utf8')
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'sipha-reference-'))
const patched = path.join(scratch, 'face-api.mjs')
fs.writeFileSync(patched, bundle.replace('this.util=AR()', 'this.util=globalThis.__util'))
const faceapi = await import(pathToFileURL(patched))
fs.rmSync(scratch, { recursive: true })
const { tf } = faceapi
await tf.setBackend('cpu')
await tf.ready()

function load(network, name) {
  const folder = path.join(packageFolder, 'model')
  const [group] = JSON.parse(fs.readFileSync(path.join(folder, `${name}-weights_manifest.json`)))
  const bytes = Buffer.concat(group.paths.map((file) => fs.readFileSync(path.join(folder, file))))
  network.loadFromWeightMap(tf.io.decodeWeights(new Uint8Array(bytes).buffer, group.weights))
  return network
}

// The same whole numbers in tests/worker/test_convert.py.
function picture(side) {
  const values = new Float32Array(side * side * 3)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let c = 0; c < 3; c++) values[(y * side + x) * 3 + c] = (x * 3 + y * 5 + c * 40 + ((x * y) >> 4)) % 256
  return tf.tensor4d(values, [1, side, side, 3])
}

const numbers = (tensor) => Array.from(tensor.dataSync(), (value) => Number(value.toPrecision(7)))
const landmarks = load(new faceapi.FaceLandmark68Net(), 'face_landmark_68_model')
const embedder = load(new faceapi.FaceRecognitionNet(), 'face_recognition_model')
const detector = load(new faceapi.TinyFaceDetector(), 'tiny_face_detector_model')
const result = {
  source: `@vladmandic/face-api ${JSON.parse(fs.readFileSync(path.join(packageFolder, 'package.json'))).version}`,
  'face-landmark-68': numbers(await landmarks.forward(picture(112))),
  'dlib-resnet': numbers(await embedder.forward(picture(150))),
  'tiny-face-detector': numbers(await detector.forward(picture(96), 96)),
}
console.log(JSON.stringify(result))
