#include "route/hosts.h"
#include "base/ascii.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* the draft */

/* a name as on the wire into text; 0, or -1 */
static int
wire_name(const unsigned char *p, size_t n, char *out)
{
	size_t at = 0, len = 0, i;

	while (at < n && p[at] != 0) {
		unsigned char l = p[at++];

		if (l > 63 || at + l > n || len + l + 1 > WORD_DOMAIN_MAX + 1)
			return -1;
		for (i = 0; i < l; i++) {
			char c = (char)p[at + i];

			if (c == '.')
				return -1; /* within a label */
			out[len++] = ascii_lower(c);
		}
		out[len++] = '.';
		at += l;
	}
	if (at + 1 != n)
		return -1;
	out[len == 0 ? 0 : len - 1] = '\0';
	return 0;
}

/* the name of a host that mail can go to: it ends up in jobs and logs */
static int
is_host_name(const char *name)
{
	const char *p;

	for (p = name; *p != '\0'; p++)
		if (*p & 0x80)
			return 0;
	return word_domain(name, p - name);
}

int
hosts_add_mx(struct hosts_draft *d, const unsigned char *rdata, size_t n)
{
	char name[WORD_DOMAIN_MAX + 2];
	unsigned pref, i;

	if (n < 3 || wire_name(rdata + 2, n - 2, name) == -1 ||
	    (name[0] != '\0' && !is_host_name(name)))
		return -1;
	pref = (unsigned)rdata[0] << 8 | rdata[1];
	d->n_seen++;
	if (name[0] == '\0') {
		d->null_mx = 1;
		return 0;
	}
	for (i = d->n_mx; i > 0 && d->mx[i - 1].pref > pref; i--)
		if (i < HOSTS_MX_MAX)
			d->mx[i] = d->mx[i - 1];
	if (i == HOSTS_MX_MAX)
		return 0;
	d->mx[i].pref = pref;
	memcpy(d->mx[i].name, name, strlen(name) + 1);
	if (d->n_mx < HOSTS_MX_MAX)
		d->n_mx++;
	return 0;
}

struct hosts_host *
hosts_add(struct hosts_draft *d, const char *name, size_t n, unsigned pref,
    unsigned port)
{
	struct hosts_host *h;

	if (d->n == HOSTS_MAX || n > WORD_DOMAIN_MAX)
		return NULL;
	h = &d->host[d->n++];
	memset(h, 0, sizeof *h);
	ascii_lower_copy(h->name, name, n);
	h->name[n] = '\0';
	h->pref = pref;
	h->port = port;
	return h;
}

void
hosts_add_ip(struct hosts_host *h, const unsigned char *rdata, size_t n)
{
	struct hostaddr *a;

	if ((n != 4 && n != 16) || h->n == HOSTS_ADDRS_MAX)
		return;
	a = &h->ip[h->n++];
	memset(a, 0, sizeof *a);
	a->family = n == 4 ? 4 : 6;
	memcpy(a->ip, rdata, n);
}

void
hosts_vouch(struct hosts_host *h, int secure, const char *canon)
{
	size_t n = canon == NULL ? 0 : strlen(canon);

	h->insecure |= !secure;
	h->secure = !h->insecure;
	if (n == 0 || n > WORD_DOMAIN_MAX || !is_host_name(canon))
		return;
	ascii_lower_copy(h->canon, canon, n);
	h->canon[n] = '\0';
}

void
hosts_take_mx(struct hosts_draft *d)
{
	unsigned i, j;

	for (i = 0; i < d->n_mx && d->n < HOSTS_MAX; i++) {
		for (j = 0; j < d->n; j++)
			if (strcmp(d->host[j].name, d->mx[i].name) == 0)
				break;
		if (j == d->n)
			hosts_add(d, d->mx[i].name, strlen(d->mx[i].name),
			    d->mx[i].pref, 25);
	}
}

/* the answer */

int
hosts_none(struct hosts *a, int temporary, const char *esc, const char *class,
    const char *fmt, ...)
{
	char t[WORD_DOMAIN_MAX + 256];
	va_list ap;

	memset(a, 0, sizeof *a);
	va_start(ap, fmt);
	vsnprintf(t, sizeof t, fmt, ap);
	va_end(ap);
	a->temporary = temporary != 0;
	a->esc = esc;
	a->class = class;
	a->text = strdup(t);
	return a->text == NULL ? -1 : 0;
}

void
hosts_free(struct hosts *a)
{
	free(a->text);
	free(a->site);
	free(a->item);
	free(a->piece);
	free(a->bytes);
	memset(a, 0, sizeof *a);
}

/* are we this host? */
static int
is_us(const struct hosts_host *h, const struct hostaddr_policy *p)
{
	unsigned i;
	const char *data;
	size_t n;

	if (strcmp(h->name, p->me) == 0 ||
	    lookup_get(&p->local, h->name, strlen(h->name), &data, &n) == 1)
		return 1;
	for (i = 0; i < h->n; i++)
		if (hostaddr_own(&h->ip[i], p))
			return 1;
	return 0;
}

/* what was found wrong on the way */
struct faults {
	unsigned loop, failed, nonsense;
	struct hostaddr bad;
};

/* hosts of d that remain: their number; at least one address each */
static unsigned
sift(struct hosts_draft *d, const struct hostaddr_policy *p, struct faults *f)
{
	unsigned i, j, k, n = 0, worst = UINT32_MAX;
	struct hosts_host *h;

	memset(f, 0, sizeof *f);
	for (i = 0; i < d->n && d->kind == HOSTS_BY_MX; i++)
		if (is_us(&d->host[i], p)) {
			f->loop = 1;
			worst = d->host[i].pref;
			break;
		}
	for (i = 0; i < d->n; i++) {
		h = &d->host[i];
		if (d->kind == HOSTS_BY_MX && h->pref >= worst)
			continue;
		for (j = k = 0; j < h->n; j++) {
			if (d->kind == HOSTS_BY_MX &&
			    !hostaddr_sane(&h->ip[j], p)) {
				f->nonsense = 1;
				f->bad = h->ip[j];
				continue;
			}
			h->ip[k++] = h->ip[j];
		}
		h->n = k;
		f->failed |= h->n == 0 && h->failed;
		if (h->n > 0)
			d->host[n++] = *h;
	}
	return n;
}

static int
nothing(struct hosts *a, const struct hosts_draft *d, const struct faults *f)
{
	char ip[IP_TEXT];

	if (f->failed)
		return hosts_none(a, 1, "4.4.3", "dns",
		    "no answer for the addresses of the hosts of %s",
		    d->domain);
	if (f->loop)
		return hosts_none(a, 0, "5.4.6", "loop",
		    "mail for %s comes back here: this host is its best MX, "
		    "and the domain is not local",
		    d->domain);
	if (f->nonsense) {
		hostaddr_text(&f->bad, ip);
		return hosts_none(a, 0, "5.4.4", "dns",
		    "the hosts of %s have only addresses like %s, where no "
		    "mail can go",
		    d->domain, ip);
	}
	if (d->kind != HOSTS_BY_MX)
		return hosts_none(a, 1, "4.4.4", "dns",
		    "host %s has no address", d->domain);
	return hosts_none(a, 0, "5.4.4", "dns",
	    "the hosts of %s have no address", d->domain);
}

/* text of one address of one host */
static int
put_piece(struct buf *b, const struct hosts_host *h, const struct hostaddr *ip,
    struct hosts_piece *out)
{
	char t[IP_TEXT];
	size_t at = buf_len(b);

	hostaddr_text(ip, t);
	if (buf_printf(b, "%s/%u/%s", h->name, h->port, t) == -1)
		return -1;
	out->at = (unsigned)at;
	out->len = (unsigned)(buf_len(b) - at);
	return 0;
}

/* its word of the label tlsa, if it has TLSA records */
static int
put_tlsa(struct buf *b, const struct hosts_host *h, struct hosts_item *it)
{
	int r = 0;

	it->dane = (unsigned char)h->dane;
	it->tlsa_at = (unsigned)buf_len(b);
	if (h->dane == HOSTS_DANE_UNUSABLE)
		r = buf_printf(b, "%s==?", h->name);
	else if (h->dane == HOSTS_DANE_TLSA)
		r = buf_printf(b, "%s=%s=%.*s", h->name, h->base,
		    (int)h->tlsa.n, h->tlsa.p);
	it->tlsa_len = (unsigned)buf_len(b) - it->tlsa_at;
	return r == -1 ? -1 : 0;
}

static int
fill(struct hosts *a, const struct hosts_host *h, unsigned n, struct buf *b)
{
	unsigned i, j, at = 0;
	int family;

	for (i = 0; i < n; i++) {
		struct hosts_item *it = &a->item[i];

		it->pref = (unsigned short)h[i].pref;
		it->first = (unsigned short)at;
		it->name_len = (unsigned char)strlen(h[i].name);
		if (put_tlsa(b, &h[i], it) == -1)
			return -1;
		for (family = 4; family <= 6; family += 2)
			for (j = 0; j < h[i].n; j++) {
				if (h[i].ip[j].family != family)
					continue;
				if (put_piece(b, &h[i], &h[i].ip[j],
					&a->piece[at++]) == -1)
					return -1;
				if (family == 4)
					it->n4++;
				else
					it->n6++;
			}
	}
	a->bytes = malloc(buf_len(b) + 1);
	if (a->bytes == NULL)
		return -1;
	memcpy(a->bytes, buf_data(b), buf_len(b));
	return 0;
}

/* hosts that a rule names: all, in their order, with ports if not usual */
static int
name_given(struct hosts *a, const struct hosts_draft *d)
{
	struct buf b = { 0 };
	const struct hosts_host *h;
	int r = 0;

	for (h = d->host; h < d->host + d->n; h++) {
		if (h > d->host)
			r |= buf_putc(&b, ',');
		r |= buf_puts(&b, h->name);
		if (h->port != 25 || d->kind == HOSTS_LMTP)
			r |= buf_printf(&b, ":%u", h->port);
	}
	r |= site_cut(&b);
	r |= buf_putc(&b, '\0');
	a->site = r == 0 ? strdup(buf_data(&b)) : NULL;
	buf_free(&b);
	return a->site == NULL ? -1 : 0;
}

/* the best of h */
static int
name_site(struct hosts *a, const struct hosts_host *h, unsigned n)
{
	const char *name[HOSTS_MAX];
	char site[SITE_MAX + 1];
	unsigned i;

	for (i = 0; i < n && h[i].pref == h[0].pref; i++)
		name[i] = h[i].name;
	site_name(site, name, i);
	a->site = strdup(site);
	return a->site == NULL ? -1 : 0;
}

int
hosts_finish(const struct hosts_draft *draft, const struct hostaddr_policy *p,
    struct hosts *a)
{
	struct hosts_draft *d = malloc(sizeof *d);
	struct buf b = { 0 };
	struct faults f;
	unsigned i, n, pieces = 0;
	int r = -1;

	memset(a, 0, sizeof *a);
	if (d == NULL)
		return -1;
	*d = *draft;
	n = sift(d, p, &f);
	if (n == 0) {
		r = nothing(a, d, &f);
		goto out;
	}
	for (i = 0; i < n; i++)
		pieces += d->host[i].n;
	a->n = n;
	a->mx_secure = d->kind != HOSTS_BY_MX || d->mx_secure;
	a->unsure = d->unsure;
	a->item = calloc(n, sizeof *a->item);
	a->piece = calloc(pieces, sizeof *a->piece);
	if (a->item != NULL && a->piece != NULL &&
	    (d->kind == HOSTS_BY_MX ? name_site(a, d->host, n)
				    : name_given(a, draft)) == 0)
		r = fill(a, d->host, n, &b);
	if (r == -1)
		hosts_free(a);
out:
	buf_free(&b);
	free(d);
	return r;
}
