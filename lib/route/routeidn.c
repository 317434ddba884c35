#include "route/routeidn.h"
#include "dns/idn.h"

/* a: room for the address; it is freed by the caller */
static enum routeidn_result
rename_domain(struct routing *w, struct buf *a, const char *domain)
{
	size_t user = w->addr.user_len;

	if (buf_put(a, buf_data(&w->to), user) == -1 ||
	    buf_putc(a, '@') == -1 || buf_puts(a, domain) == -1)
		return ROUTEIDN_NO_MEMORY;
	if (address_set(&w->addr, buf_data(a), buf_len(a)) == -1)
		return ROUTEIDN_TOO_LONG;
	if (idn_needed(buf_data(a), user))
		return ROUTEIDN_GOOD;
	buf_clear(&w->to);
	if (buf_put(&w->to, buf_data(a), buf_len(a)) == -1)
		return ROUTEIDN_NO_MEMORY;
	w->renamed = 1;
	return ROUTEIDN_GOOD;
}

enum routeidn_result
routeidn(struct routing *w)
{
	char domain[WORD_DOMAIN_MAX + 1];
	struct buf a = { 0 };
	enum routeidn_result r;

	if (!idn_needed(w->addr.domain, w->addr.domain_len))
		return ROUTEIDN_GOOD;
	if (idn_ascii(w->addr.domain, w->addr.domain_len, domain) == -1)
		return ROUTEIDN_NO_DOMAIN;
	r = rename_domain(w, &a, domain);
	buf_free(&a);
	return r;
}
