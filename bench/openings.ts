/** What clients of both protocol eras send until they hold the list of tools. */
export type Opening = readonly { method: string; params?: object; id?: number }[];

const clientInfo = { name: 'bench', version: '1.0.0' };

export const OPENINGS: Record<'2025-11-25' | '2026-07-28', Opening> = {
  '2025-11-25': [
    { id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/list' },
  ],
  // Without a handshake: every request carries what the handshake used to say.
  '2026-07-28': [
    {
      id: 1,
      method: 'tools/list',
      params: {
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': clientInfo,
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    },
  ],
};
