#include "client/clientcheck.h"
#include "base/ascii.h"
#include "base/ip.h"
#include "conf/local.h"
#include "dns/idn.h"
#include "mail/address.h"
#include <stdio.h>
#include <string.h>

int
clientcheck_ip(struct clientcheck_facts *f, const char *s)
{
	size_t n = ip_scans(s, f->ip);

	if (n == 0)
		return -1;
	f->ip_len = n;
	return 0;
}

/* HELO */

/* the address of "[192.0.2.1]", "[IPv6:...]" or without brackets; its
 * length, 0: none */
static size_t
address_of(const char *s, unsigned char ip[16])
{
	size_t n = strlen(s);

	if (n > 1 && s[0] == '[' && s[n - 1] == ']') {
		s++;
		n -= 2;
		/* either kind, however it is written */
		if (ascii_begins(s, n, "IPv6:")) {
			s += 5;
			n -= 5;
		}
	}
	return ip_unmap(ip, ip_scan(s, n, ip));
}

static int
same(const char *a, const char *b)
{
	unsigned char x[16], y[16];
	size_t n = address_of(a, x), k = address_of(b, y), i = strlen(a);

	if (n > 0 || k > 0)
		return n == k && memcmp(x, y, n) == 0;
	if (i > 0 && a[i - 1] == '.')
		i--;
	return ascii_is(a, i, b);
}

/* an address of this machine; loopback is one of each machine */
static int
is_here(const struct clientcheck_facts *f, const unsigned char *ip, size_t n)
{
	static const unsigned char loopback[16] = { [15] = 1 };
	struct hostaddr a = { .family = n == 4 ? 4 : 6 };

	if (n == 0)
		return 0;
	memcpy(a.ip, ip, n);
	return (n == 4 && ip[0] == 127) ||
	    (n == 16 && memcmp(ip, loopback, 16) == 0) ||
	    (f->here != NULL && hostaddr_own(&a, f->here));
}

/* localhost is everybody's name for himself, and says nothing of ours */
static int
is_local(const struct clientcheck_facts *f, const char *helo)
{
	char name[WORD_DOMAIN_MAX + 1];
	size_t n = address_domain_len(helo, strlen(helo));

	if (f->local == NULL || n > WORD_DOMAIN_MAX)
		return 0;
	ascii_lower_copy(name, helo, n);
	name[n] = '\0';
	return strcmp(name, "localhost") != 0 &&
	    local_has(f->local, name, n) == 1;
}

static int
is_own(const struct clients_rules *r, const struct clientcheck_facts *f)
{
	unsigned char ip[16];
	unsigned i;

	/* this machine may say so */
	if (is_here(f, f->ip, f->ip_len))
		return 0;
	if (f->me != NULL && same(f->helo, f->me))
		return 1;
	if (is_here(f, ip, address_of(f->helo, ip)) || is_local(f, f->helo))
		return 1;
	for (i = 0; i < r->n_own; i++)
		if (same(f->helo, r->own[i]))
			return 1;
	return 0;
}

static int
is_literal(const char *s)
{
	unsigned char ip[16];

	return s[0] == '[' && address_of(s, ip) > 0;
}

/* a host name with a dot, whose last label is no number; or an address in
 * brackets (RFC 5321 section 4.1.3) */
static int
is_name(const char *s)
{
	size_t n = strlen(s), last = 0;
	struct dnsq q;

	if (is_literal(s))
		return 1;
	if (n > 0 && s[n - 1] == '.')
		n--;
	if (!word_domain(s, n) || dnsq_name(&q, s, n) == -1)
		return 0;
	while (last < n && s[n - 1 - last] != '.')
		last++;
	return last < n && strspn(s + n - last, "0123456789") < last;
}

/* items */

/* ask for a name; 0: there can be none */
static int
ask(struct clientcheck_item *it, const char *name, int type)
{
	char ascii[WORD_DOMAIN_MAX + 1];

	if (idn_needed(name, strlen(name))) {
		if (idn_ascii(name, strlen(name), ascii) == -1)
			return 0;
		name = ascii;
	}
	if (dnsq_name(&it->q, name, strlen(name)) == -1)
		return 0;
	it->q.type = it->asks = (unsigned char)type;
	return 1;
}

/* RFC 5782 section 2: the address backwards, and the zone */
static void
start_list(struct clientcheck_item *it, const unsigned char *ip, size_t len)
{
	char name[DNSQ_ROOM + WORD_DOMAIN_MAX];
	struct dnsq q;
	char *end;

	dnsq_reverse(&q, ip, len);
	end = strstr(q.name, len == 4 ? "in-addr.arpa" : "ip6.arpa");
	snprintf(name, sizeof name, "%.*s%s", (int)(end - q.name), q.name,
	    it->list->zone);
	ask(it, name, DNSQ_A);
}

static void
start_sender(struct clientcheck_item *it, const char *sender)
{
	const char *at = strrchr(sender, '@');

	if (at == NULL || at[1] == '[')
		return; /* the null sender; an address */
	if (!ask(it, at + 1, DNSQ_MX))
		it->found = CLIENTCHECK_HIT;
}

static void
start_check(struct clientcheck_item *it, const struct clients_rules *r,
    const struct clientcheck_facts *f, const unsigned char *ip, size_t len)
{
	switch (it->check) {
	case CLIENTS_HELO_OWN:
		if (f->helo != NULL && is_own(r, f))
			it->found = CLIENTCHECK_HIT;
		break;
	case CLIENTS_HELO_NAME:
		if (f->helo == NULL || !is_name(f->helo))
			it->found = CLIENTCHECK_HIT;
		break;
	case CLIENTS_HELO_RESOLVE:
		if (f->helo == NULL ||
		    (!is_literal(f->helo) && !ask(it, f->helo, DNSQ_A)))
			it->found = CLIENTCHECK_HIT;
		break;
	case CLIENTS_SENDER_RESOLVE: start_sender(it, f->sender); break;
	default:
		iprev_init(&it->iprev, ip, len);
		it->asks = DNSQ_PTR;
		break;
	}
}

unsigned
clientcheck_items(const struct clients_rules *r,
    const struct clientcheck_facts *f, struct clientcheck_item *item)
{
	unsigned char ip[IP_LEN];
	unsigned n = 0, i;
	size_t len;

	memcpy(ip, f->ip, IP_LEN);
	len = ip_unmap(ip, f->ip_len);
	if (clients_excepted(r, ip, len))
		return 0;
	for (i = 0; i < r->n_lists; i++, n++) {
		memset(&item[n], 0, sizeof item[n]);
		item[n].list = &r->list[i];
		item[n].action = r->list[i].action;
		start_list(&item[n], ip, len);
	}
	for (i = 0; i < CLIENTS_CHECKS; i++) {
		if (r->check[i] == CLIENTS_PASS)
			continue;
		memset(&item[n], 0, sizeof item[n]);
		item[n].action = r->check[i];
		item[n].check = (enum clients_check)i;
		start_check(&item[n++], r, f, ip, len);
	}
	return n;
}

static int
of_iprev(const struct clientcheck_item *it)
{
	return it->list == NULL &&
	    (it->check == CLIENTS_REVERSE_NAME ||
		it->check == CLIENTS_REVERSE_MATCH);
}

int
clientcheck_want(struct clientcheck_item *it, struct dnsq *q)
{
	if (it->asks == 0)
		return 0;
	if (!of_iprev(it)) {
		*q = it->q;
		return 1;
	}
	if (iprev_want(&it->iprev, q))
		return 1;
	it->asks = 0;
	if (it->iprev.result == IPREV_TEMPERROR)
		it->found = CLIENTCHECK_UNKNOWN;
	else if (it->iprev.result == IPREV_PERMERROR ||
	    (it->iprev.result == IPREV_FAIL &&
		it->check == CLIENTS_REVERSE_MATCH))
		it->found = CLIENTCHECK_HIT;
	return 0;
}

/* answers */

static void
on_list(struct clientcheck_item *it, const struct dnsa *a)
{
	unsigned i;

	for (i = 0; a->status == DNSA_OK && i < a->n; i++)
		if (a->len[i] == 4 && clients_returned(it->list, a->data[i]))
			it->found = CLIENTCHECK_HIT;
}

/* MX, or else A, or else AAAA (RFC 5321 section 5.1); of HELO no MX */
static void
on_domain(struct clientcheck_item *it, int type, const struct dnsa *a)
{
	char host[DNSQ_NAME_MAX + 1];

	if (a->status == DNSA_FAILED) {
		/* HELO alone is not worth a delay */
		if (it->check == CLIENTS_SENDER_RESOLVE)
			it->found = CLIENTCHECK_UNKNOWN;
	} else if (a->status == DNSA_NXDOMAIN) {
		it->found = CLIENTCHECK_HIT;
	} else if (a->status == DNSA_OK) {
		if (type == DNSQ_MX && a->n == 1 &&
		    dnsa_domain(a, 0, DNSQ_MX, host) == 0)
			it->found = CLIENTCHECK_NULL_MX;
	} else if (type == DNSQ_AAAA) {
		it->found = CLIENTCHECK_HIT;
	} else {
		it->q.type = it->asks = type == DNSQ_MX ? DNSQ_A : DNSQ_AAAA;
	}
}

void
clientcheck_answer(struct clientcheck_item *it, const struct dnsa *a)
{
	int type = it->asks;

	if (a->status == DNSA_FAILED)
		it->failed = 1;
	if (of_iprev(it)) {
		iprev_answer(&it->iprev, a);
		return;
	}
	it->asks = 0;
	if (it->list != NULL)
		on_list(it, a);
	else
		on_domain(it, type, a);
}

/* the verdict */

static const struct {
	const char *code, *text;
} says[CLIENTS_CHECKS] = {
	[CLIENTS_HELO_OWN] = { "7.1", "HELO is our own name or address" },
	[CLIENTS_HELO_NAME] = { "7.1", "HELO is not a host name" },
	[CLIENTS_HELO_RESOLVE] = { "7.1", "HELO is not the name of a host" },
	[CLIENTS_SENDER_RESOLVE] = { "1.8",
	    "sender's domain has neither MX nor address" },
	[CLIENTS_REVERSE_NAME] = { "7.25", "client's address has no name" },
	[CLIENTS_REVERSE_MATCH] = { "7.25",
	    "client's address has no name that leads back to it" },
};

/* what an item asks for: no answer puts off at most */
static enum clients_action
asks_for(const struct clientcheck_item *it)
{
	switch (it->found) {
	case CLIENTCHECK_NOTHING: return CLIENTS_PASS;
	case CLIENTCHECK_UNKNOWN:
		return it->action >= CLIENTS_DEFER ? CLIENTS_DEFER
						   : CLIENTS_PASS;
	default: return it->action;
	}
}

static void
say(struct clientcheck_verdict *v, const struct clientcheck_item *it)
{
	int class = v->action == CLIENTS_REJECT ? 5 : 4;

	v->reason = it->list != NULL ? "dnsbl" : clients_check_word(it->check);
	v->zone = it->list != NULL ? it->list->zone : "";
	if (it->list != NULL)
		snprintf(v->text, sizeof v->text,
		    "%d.7.1 client's address is listed by %s", class, v->zone);
	else if (it->found == CLIENTCHECK_NULL_MX)
		snprintf(v->text, sizeof v->text,
		    "%d.7.27 sender's domain takes no mail (null MX)", class);
	else if (it->found == CLIENTCHECK_UNKNOWN)
		snprintf(v->text, sizeof v->text,
		    "4.%s %s cannot be "
		    "looked up now",
		    says[it->check].code,
		    it->check == CLIENTS_SENDER_RESOLVE ? "sender's domain"
							: "client's address");
	else
		snprintf(v->text, sizeof v->text, "%d.%s %s", class,
		    says[it->check].code, says[it->check].text);
}

void
clientcheck_decide(const struct clientcheck_item *item, unsigned n,
    struct clientcheck_verdict *v)
{
	enum clients_action a;
	unsigned i;

	memset(v, 0, sizeof *v);
	v->reason = v->zone = "";
	for (i = 0; i < n; i++)
		if (item[i].list != NULL && item[i].action == CLIENTS_PASS &&
		    item[i].found == CLIENTCHECK_HIT) {
			v->white = 1;
			v->reason = "white";
			v->zone = item[i].list->zone;
			return;
		}
	for (i = 0; i < n; i++) {
		a = asks_for(&item[i]);
		if (a <= v->action)
			continue;
		v->action = a;
		say(v, &item[i]);
	}
}

int
clientcheck_tag(const struct clientcheck_item *it, char *out, size_t size)
{
	if (asks_for(it) == CLIENTS_PASS)
		return 0;
	if (it->list != NULL)
		snprintf(out, size, "dnsbl=%s", it->list->zone);
	else
		snprintf(out, size, "client=%s", clients_check_word(it->check));
	return 1;
}

const char *
clientcheck_word(const struct clientcheck_verdict *v)
{
	return v->white ? "white" : clients_action_word(v->action);
}
