#include "send/tlsresume.h"

/* under which its session is kept; NULL: under none */
static const struct buf *
session_key(const struct sendconn *c)
{
	static struct buf b; /* room */
	unsigned char key[SENDHOST_KEY];

	buf_clear(&b);
	if (!sendhost_key(&c->host, c->site, key) ||
	    buf_put(&b, (const char *)key, sizeof key) == -1 ||
	    hosttls_key(&c->tls->host, &b) == -1)
		return NULL;
	return &b;
}

void
tlsresume_find(struct sendconn *c, int64_t wall_s)
{
	struct conntls_try *try = c->tls->try;
	const struct buf *key = session_key(c);
	const struct sendsession *s = NULL;

	if (key != NULL)
		s = sendsessions_find(&c->share->sessions, buf_data(key),
		    buf_len(key), clock_mono_ms(), wall_s);
	if (s == NULL)
		return;
	try->resume = *s;
	try->resumes = 1;
	c->tls->host.target.resume = &try->resume.tls;
}

enum tls_verdict
tlsresume_keep(struct sendconn *c, const struct tls_info *info)
{
	struct conntls_try *try = c->tls->try;
	const struct buf *key = session_key(c);
	enum tls_verdict v =
	    info->judged != NULL ? info->judged->verdict : TLS_V_NONE;

	if (info->resumed)
		return try->resume.verdict;
	c->tls->once = info->judged != NULL &&
	    hosttls_once(&c->tls->host, info->judged->matched);
	try->got.verdict = v;
	try->got.until_s = info->judged != NULL ? info->judged->until_s : 0;
	if (key != NULL && !c->tls->once &&
	    tls_session_get(&c->stream, &try->got.tls) == 0)
		sendsessions_keep(&c->share->sessions, buf_data(key),
		    buf_len(key), &try->got, clock_mono_ms());
	return v;
}

void
tlsresume_drop(struct sendconn *c)
{
	const struct buf *key = session_key(c);

	if (key != NULL)
		sendsessions_drop(&c->share->sessions, buf_data(key),
		    buf_len(key));
}
