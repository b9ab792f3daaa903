/** What Google's front end does before any service: paths are decoded, and what nobody serves is a page. */

/** Some clients write `%2F` and `%3A` in resource names; a path that cannot be decoded stays as it is. */
export function decodedPath(url: URL): string {
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    return url.pathname;
  }
}

/** The 404 of a path or a host that no service has: HTML, not JSON. */
export function notFoundPage(request: Request): Response {
  const path = new URL(request.url).pathname.replace(
    /[&<>"']/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
  const page = `<!DOCTYPE html>
<html lang=en>
<meta charset=utf-8>
<title>Error 404 (Not Found)!!1</title>
<p><b>404.</b> That's an error.
<p>The requested URL <code>${path}</code> was not found on this server.
`;
  return new Response(page, { status: 404, headers: { 'content-type': 'text/html; charset=UTF-8' } });
}
