import { GetObjectCommand, HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Plugin } from 'plugboard'
import { z } from 'zod'
import { FileStorage } from './file-storage'

/** S3, or whatever speaks its API: MinIO, R2, Ceph. */
export class S3 extends Plugin(FileStorage, {
  key: 's3',
  label: 'S3',
  config: z.object({
    endpoint: z.url().meta({ title: 'Address of the API' }),
    region: z.string().default('auto').meta({ title: 'Region' }),
    bucket: z.string().min(1).meta({ title: 'Bucket' }),
    forcePathStyle: z.boolean().default(true).meta({ title: 'Bucket in the path' }),
    accessKeyId: z.string().meta({ title: 'Access key id' }),
    secretAccessKey: z.string().meta({ title: 'Secret access key' }),
  }),
  secrets: { secretAccessKey: { boundTo: ['endpoint'] } },
}) {
  // One attempt: what comes after it is the handle's business.
  readonly #client = new S3Client({
    endpoint: this.config.endpoint,
    region: this.config.region,
    forcePathStyle: this.config.forcePathStyle,
    credentials: { accessKeyId: this.config.accessKeyId, secretAccessKey: this.config.secretAccessKey },
    maxAttempts: 1,
  })

  async put(key: string, bytes: Uint8Array<ArrayBuffer>) {
    await this.#client.send(new PutObjectCommand({ Bucket: this.config.bucket, Key: key, Body: bytes }))
    return this.instance.id
  }

  async get(key: string) {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.config.bucket, Key: key }))
    return new Uint8Array((await Body?.transformToByteArray()) ?? [])
  }

  async onTest() {
    await this.#client.send(new HeadBucketCommand({ Bucket: this.config.bucket }))
  }

  onDispose() {
    this.#client.destroy()
  }
}
