#include "feed/feedletter.h"
#include "base/ascii.h"
#include "mail/tlsrequired.h"
#include "sendmail/localheader.h"
#include <stdlib.h>
#include <string.h>

struct feedletter *
feedletter_new(const char *tmp)
{
	struct feedletter *l = calloc(1, sizeof *l);

	if (l == NULL)
		return NULL;
	l->item.fd = -1;
	l->mail.tmp = tmp;
	unixmail_begin(&l->mail, 1);
	digest_init(&l->sum);
	return l;
}

void
feedletter_free(struct feedletter *l)
{
	/* its file is the mail's */
	buf_free(&l->item.env);
	buf_free(&l->item.text);
	buf_free(&l->item.after);
	unixmail_free(&l->mail);
	free(l);
}

void
feedletter_add(struct feedletter *l, const char *p, size_t n)
{
	digest_add(&l->sum, p, n);
	if (l->bad == UNIXMAIL_OK)
		l->bad = unixmail_feed(&l->mail, p, n);
}

const char *
feedletter_whole(struct feedletter *l)
{
	if (l->bad == UNIXMAIL_OK)
		l->bad = unixmail_end(&l->mail);
	switch (l->bad) {
	case UNIXMAIL_OK: return NULL;
	case UNIXMAIL_HEADER:
	case UNIXMAIL_LINE: return "5.6.0 too long a header";
	case UNIXMAIL_MEMORY: return "4.3.0 out of memory";
	default: return "4.3.1 unable to keep it";
	}
}

/* the same key with another message is a fault that is to be seen */
static int
put_key(struct feedletter *l, const char *key)
{
	unsigned char sum[DIGEST_LEN];
	char hex[FEEDLETTER_SUM];
	size_t i;

	digest_add(&l->sum, buf_data(&l->item.env), buf_len(&l->item.env));
	digest_end(&l->sum, sum);
	for (i = 0; i < sizeof hex / 2; i++)
		ascii_hex(hex + 2 * i, sum[i]);
	return parcel_puts(&l->item.env, "key", key) == -1
	    ? -1
	    : parcel_put(&l->item.env, "key-sum", hex, sizeof hex);
}

/* what its header and body ask for */
static int
put_wants(struct feedletter *l)
{
	const struct buf *h = &l->mail.header;
	int e = 0;

	if (l->mail.eight_bit &&
	    memmem(buf_data(&l->item.env), buf_len(&l->item.env), "\nbody ",
		6) == NULL)
		e |= buf_puts(&l->item.env, "body 8bit\n");
	if (tlsrequired_no(buf_data(h), buf_len(h)) &&
	    memmem(buf_data(&l->item.env), buf_len(&l->item.env),
		"\ntls-optional ", 14) == NULL)
		e |= buf_puts(&l->item.env, "tls-optional 1\n");
	return e;
}

static int
complete(struct feedletter *l, const struct feedletter_by *by)
{
	struct localheader s = {
		.me = by->me, .from = by->caller->from, .name = by->caller->name
	};
	const struct buf *h = &l->mail.header;

	if (localuser_stamp(by->caller, &s) == -1)
		return -1;
	return localheader_complete(&l->item.text, buf_data(h), buf_len(h),
		   &s) == -1
	    ? -1
	    : buf_putc(&l->item.text, '\n');
}

int
feedletter_seal(struct feedletter *l, const struct buf *env, const char *key,
    const struct feedletter_by *by)
{
	struct spool *body = &l->mail.body;

	if (memmem(buf_data(env), buf_len(env), "\nkey ", 5) != NULL)
		key = NULL;
	if (buf_put(&l->item.env, buf_data(env), buf_len(env)) == -1 ||
	    put_wants(l) == -1 || (key != NULL && put_key(l, key) == -1) ||
	    buf_printf(&l->item.env, "proto local\nuid %lu\n", by->uid) == -1 ||
	    complete(l, by) == -1)
		return -1;
	if (body->fd == -1)
		return buf_put(&l->item.text, buf_data(&body->text),
		    buf_len(&body->text));
	l->item.fd = body->fd;
	l->item.file_len = body->filed;
	return buf_put(&l->item.after, buf_data(&body->text),
	    buf_len(&body->text));
}
