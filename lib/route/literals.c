#include "route/literals.h"
#include "route/site.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
literals_address(const struct address *to, const struct hostaddr_policy *policy,
    struct hosts *out)
{
	const char *p = to->domain + 1;
	size_t n = to->domain_len;
	struct hosts_draft *d;
	struct hosts_host *h;
	struct hostaddr ip;
	int r;

	n = n < 2 || p[n - 2] != ']' ? 0 : n - 2;
	if (n > 5 && memcmp(p, "ipv6:", 5) == 0) {
		p += 5;
		n -= 5;
	}
	if (n == 0 || hostaddr_scan(p, n, &ip) == -1)
		return 0;
	d = calloc(1, sizeof *d);
	if (d == NULL)
		return -1;
	snprintf(d->domain, sizeof d->domain, "%.*s", (int)to->domain_len,
	    to->domain);
	h = hosts_add(d, p, n, 0, 25);
	hosts_add_ip(h, ip.ip, ip.family == 4 ? 4 : 16);
	r = hosts_finish(d, policy, out);
	free(d);
	return r == -1 ? -1 : 1;
}

int
literals_rule(const struct routing *w, struct buf *site, struct buf *mx,
    char groups[2 * ROUTES_HOSTS_MAX + 1])
{
	const struct routes_host *h = w->rule.host;
	unsigned i;
	int r = 0;

	buf_clear(mx);
	buf_clear(site);
	*groups = '\0';
	if (w->rule.least && w->rule.n_host > 1)
		return 0; /* hosts_order() has them in turn */
	for (i = 0; i < w->rule.n_host; i++, h++) {
		if (h->port != 0 && !h->literal)
			return 0;
		if (w->rule.n_host > 1)
			groups = stpcpy(groups, i == 0 ? "1" : ",1");
		if (i > 0) {
			r |= buf_putc(mx, ' ');
			r |= buf_putc(site, ',');
		}
		r |= buf_put(site, h->name.p, h->name.n);
		if (h->port == 0) {
			r |= buf_puts(mx, "localhost");
		} else {
			r |= buf_put(mx, h->name.p, h->name.n);
			if (h->port != 25 || w->what == ROUTING_LMTP) {
				r |= buf_putc(site, ':');
				r |= buf_putnum(site, h->port);
			}
		}
		r |= buf_putc(mx, '/');
		r |= buf_putnum(mx, h->port);
		r |= buf_putc(mx, '/');
		r |= buf_put(mx, h->name.p, h->name.n);
	}
	return (r | site_cut(site)) != 0 ? -1 : 1;
}
