import type { NextConfig } from 'next'

const config: NextConfig = {
  // What loads a driver by its name is left to Node.
  serverExternalPackages: ['plugboard', '@photostructure/sqlite', '@aws-sdk/client-s3'],
}

export default config
