#include "recv/headlook.h"
#include "mail/address.h"
#include "mail/addrlist.h"
#include "mail/header.h"
#include "mail/tlsrequired.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

SMTPIN_SAY(r_from, 550, "5.7.1", "you may not write as the address in From");
SMTPIN_SAY(r_sender, 550, "5.7.1",
    "you may not write as the address in Sender");
SMTPIN_SAY(r_two, 550, "5.7.1", "more than one From");
SMTPIN_SAY(r_unclear, 550, "5.7.1",
    "From or Sender has no address, or one that readers take differently");

/* bytes of the file, as many as may matter */
static int
read_file(const struct incoming *l, struct buf *room)
{
	size_t want = HEADLOOK_MAX + l->begin + 1, got = 0;
	ssize_t n;

	if (want > l->item.file_len)
		want = (size_t)l->item.file_len;
	buf_clear(room);
	if (buf_reserve(room, want) == -1)
		return -1;
	while (got < want) {
		n = pread(l->item.fd, buf_tail(room) + got, want - got,
		    (off_t)got);
		if (n == 0)
			errno = EIO;
		if (n == 0 || (n == -1 && errno != EINTR))
			return -1;
		got += n > 0 ? (size_t)n : 0;
	}
	buf_added(room, got);
	return 0;
}

int
headlook_open(const struct incoming *l, struct buf *room, struct slice *header)
{
	const struct buf *text = l->item.fd == -1 ? &l->item.text : room;
	const char *p, *empty;
	size_t n;

	if (l->item.fd != -1 && read_file(l, room) == -1)
		return -1;
	n = buf_len(text) - l->begin;
	p = n == 0 ? "" : buf_data(text) + l->begin;
	/* to its empty line, whatever stands in it: header_field() */
	empty = n > 0 && p[0] == '\n' ? p - 1 : memmem(p, n, "\n\n", 2);
	*header =
	    (struct slice){ p, empty == NULL ? n : (size_t)(empty + 2 - p) };
	if (header->n <= HEADLOOK_MAX)
		return 0;
	errno = E2BIG;
	return -1;
}

/* the address with a domain, in its one form; its length */
static size_t
qualified(char *a, size_t n, const char *host)
{
	n = address_plain(a, n, a);
	if (memrchr(a, '@', n) != NULL)
		return n;
	a[n++] = '@';
	memcpy(a + n, host, strlen(host));
	return n + strlen(host);
}

static const struct smtpin_reply *
judge(struct access *access, const char *host, const char *login, char *a,
    size_t n, const struct smtpin_reply *no)
{
	n = qualified(a, n, host);
	switch (access_may_send(access, host, login, (struct slice){ a, n })) {
	case SENDERS_YES: return NULL;
	case SENDERS_NO: return no;
	default: return &access_no_table;
	}
}

/* all addresses of a field, at least one */
static const struct smtpin_reply *
field(const struct header_field *f, struct access *access, const char *host,
    const char *login, const struct smtpin_reply *no)
{
	char a[ADDRLIST_ADDRESS_MAX + 1 + ADDRESS_DOMAIN_MAX + 1];
	const char *p = f->value, *end = p + f->value_len;
	const struct smtpin_reply *r;
	unsigned count = 0;
	int odd;
	long n;

	while ((n = addrlist_next_odd(&p, end, a, &odd)) != 0) {
		if (n == -1 || odd & ADDRLIST_ODD)
			return &r_unclear;
		r = judge(access, host, login, a, (size_t)n, no);
		if (r != NULL)
			return r;
		count++;
	}
	/* behind the last of them, too */
	return count == 0 || (odd & ADDRLIST_ODD) ? &r_unclear : NULL;
}

const struct smtpin_reply *
headlook_senders(struct slice header, struct access *access, const char *host,
    const char *login)
{
	const char *p = header.p, *end = p + header.n;
	const struct smtpin_reply *r = NULL;
	struct header_field f;
	unsigned n_from = 0;

	while (r == NULL && header_field(&p, end, &f))
		if (header_is(&f, "From"))
			r = ++n_from > 1
			    ? &r_two
			    : field(&f, access, host, login, &r_from);
		else if (header_is(&f, "Sender"))
			r = field(&f, access, host, login, &r_sender);
	return r;
}

int
headlook_tls_optional(const struct incoming *l, struct buf *room)
{
	struct slice h;

	/* no header is looked at for it but those that have it */
	if (!l->hops.tls_required || incoming_has(l, "requiretls") ||
	    incoming_has(l, "tls-optional"))
		return 0;
	if (headlook_open(l, room, &h) == -1)
		return errno == E2BIG ? 0 : -1;
	return tlsrequired_no(h.p, h.n);
}
