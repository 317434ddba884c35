/* dmarc: any records at any names and any failures lead to an end after a
 * bounded number of questions, and what is found agrees with itself.
 *
 * Input: five domains on a line each (From, three of DKIM, SPF), then
 * answers: a byte that says what comes, and a line of text. */
#include "dmarc/dmarc.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static const unsigned char *in, *end;

/* the next line, cut to cap, without NUL */
static size_t
line(char *out, size_t cap)
{
	const unsigned char *stop =
	    in == end ? end : memchr(in, '\n', end - in);
	size_t n, i;

	if (stop == NULL)
		stop = end;
	n = stop - in < (long)cap ? (size_t)(stop - in) : cap;
	for (i = 0; i < n; i++)
		out[i] = in[i] == '\0' ? 'x' : (char)in[i];
	out[n] = '\0';
	in = stop < end ? stop + 1 : end;
	return n;
}

static const char *
organization(void *arg, const char *name)
{
	const char *p = strrchr(name, '.');

	(void)arg;
	while (p != NULL && p > name && p[-1] != '.')
		p--;
	return p == NULL ? name : p;
}

static void
answer(struct dmarc *d)
{
	static char text[400];
	unsigned char wire[2][500], *w;
	const unsigned char *data[2] = { wire[0], wire[1] };
	int len[2] = { 0 };
	struct dnsa a = { DNSA_NXDOMAIN, 0, data, len, NULL };
	unsigned kind = in < end ? *in++ : 0;
	size_t n, k, i;

	a.status = (enum dnsa_status)(kind & 3);
	for (; a.status == DNSA_OK && a.n < 1u + (kind >> 2 & 1); a.n++) {
		w = wire[a.n];
		n = line(text, sizeof text - 1);
		for (i = 0; i < n; i += k) {
			k = n - i < 200 ? n - i : 200;
			*w++ = (unsigned char)k;
			memcpy(w, text + i, k);
			w += k;
		}
		len[a.n] = (int)(w - wire[a.n]) - ((kind & 8) && n > 0);
	}
	dmarc_answer(d, &a);
}

static void
check_rua(const char *rua)
{
	const char *p = rua, *stop = rua + strlen(rua);
	char box[DMARC_URIS_MAX + 1];
	struct dmarc_uri u;

	while (dmarcrecord_uri(&p, stop, &u)) {
		if (u.text < rua || u.text + u.len > stop || u.len == 0)
			abort();
		if (u.address_len > 0 &&
		    (u.address < u.text ||
			u.address + u.address_len > u.text + u.len))
			abort();
		if (u.address_len > 0 &&
		    dmarcrecord_mailbox(&u, box) > (long)u.address_len)
			abort();
	}
}

static void
check(const struct dmarc *d)
{
	const struct dmarc_found *f = &d->found;

	if (f->text[0] == '\0' || strlen(f->rua) > DMARC_URIS_MAX)
		abort();
	if ((f->result == DMARC_PASS) != (f->dkim_aligned || f->spf_aligned))
		abort();
	if ((f->result == DMARC_FAIL || f->result == DMARC_PASS) &&
	    (!f->has_policy || f->domain[0] == '\0'))
		abort();
	if (f->policy != f->p && f->policy != f->sp && f->policy != f->np)
		abort();
	if (dmarc_policy(f) > f->policy)
		abort();
	/* the record and the organization stand above From, or are From */
	if (strlen(f->domain) > strlen(d->from) ||
	    strcmp(d->from + strlen(d->from) - strlen(f->domain), f->domain) !=
		0 ||
	    strcmp(d->from + strlen(d->from) - strlen(f->organization),
		f->organization) != 0)
		abort();
	check_rua(f->rua);
}

static int
run(const unsigned char *data, size_t n, int old)
{
	static char names[5][300];
	static struct dmarc d;
	struct dmarc_who who = { .from = names[0], .spf = names[4] };
	struct dnsq q;
	unsigned i, asked = 0;

	in = data;
	end = data + n;
	for (i = 0; i < 5; i++)
		line(names[i], 280);
	for (i = 0; i < 3; i++)
		who.dkim[who.n_dkim++] = names[1 + i];
	who.organization = old ? organization : NULL;
	dmarc_init(&d, &who);
	while (dmarc_want(&d, &q)) {
		if (++asked > 5 * DMARC_WALK_MAX + 1 || q.name[0] == '\0')
			abort();
		answer(&d);
	}
	check(&d);
	return 0;
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	char text[1000];
	size_t len;

	if (n > 0 && (data[0] & 1))
		run(data + 1, n - 1, data[0] & 2);
	else if (n > 0)
		return run(data + 1, n - 1, data[0] & 2);
	/* the input as a list of addresses */
	len = n < sizeof text - 1 ? n : sizeof text - 1;
	memcpy(text, data, len);
	text[len] = '\0';
	if (memchr(text, '\0', len) == NULL && len < DMARC_URIS_MAX)
		check_rua(text);
	return 0;
}
