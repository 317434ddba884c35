#include "send/connbdat.h"

static int
is_refused_before(struct sendconn *c)
{
	unsigned char key[SENDHOST_KEY];

	return c->share->no_bdat.e != NULL &&
	    sendhost_key(&c->host, c->site, key) &&
	    deadhost_skip(&c->share->no_bdat, key, sizeof key,
		clock_mono_ms()) != NULL;
}

void
connbdat_open(struct sendconn *c)
{
	int wanted = c->site->bdat == SENDBDAT_YES ||
	    (c->site->bdat == SENDBDAT_UNSAID && c->share->bdat);

	if (wanted && (c->s.ext & EXTENSION_CHUNKING) && !is_refused_before(c))
		c->s.bdat = 1;
}

void
connbdat_early(const struct sendconn *c, struct sendtxn *t)
{
	t->mail.early = c->s.bdat && !c->is_idle && t->size <= CONNBDAT_EARLY;
}

int
connbdat_refused(struct sendconn *c, const struct smtpout_event *ev)
{
	unsigned char key[SENDHOST_KEY];
	unsigned code = ev->reply.code;

	if (!c->s.bdat || ev->mail->data ||
	    (ev->phase != SMTPOUT_FINAL && ev->phase != SMTPOUT_BLOCK) ||
	    ev->mail->chunks_got > 1 ||
	    (code != 500 && code != 502 && code != 503 && code != 504))
		return 0;
	c->s.spent = 1;
	if (sendhost_key(&c->host, c->site, key))
		deadhost_failed(&c->share->no_bdat, key, sizeof key,
		    clock_mono_ms(), "BDAT");
	return 1;
}
