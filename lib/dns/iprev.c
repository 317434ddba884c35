#include "dns/iprev.h"
#include "base/ip.h"
#include <string.h>

void
iprev_init(struct iprev *v, const unsigned char *ip, size_t len)
{
	memset(v, 0, offsetof(struct iprev, names));
	memcpy(v->ip, ip, len);
	v->ip_len = (unsigned char)ip_unmap(v->ip, len);
}

static void
end(struct iprev *v, enum iprev_result r)
{
	v->result = r;
	v->over = 1;
}

int
iprev_want(struct iprev *v, struct dnsq *q)
{
	if (v->over)
		return 0;
	if (!v->begun) {
		dnsq_reverse(q, v->ip, v->ip_len);
		return 1;
	}
	for (; v->at < v->n; v->at++) {
		const char *name = v->names[v->at];

		q->type = v->ip_len == 4 ? DNSQ_A : DNSQ_AAAA;
		if (dnsq_name(q, name, strlen(name)) == 0)
			return 1;
	}
	/* one that could not be asked might have fitted */
	end(v, v->failed ? IPREV_TEMPERROR : IPREV_FAIL);
	return 0;
}

static void
take_names(struct iprev *v, const struct dnsa *a)
{
	unsigned i;
	long len;

	for (i = 0; i < a->n && v->n < IPREV_NAMES_MAX; i++) {
		len = dnsa_domain(a, i, DNSQ_PTR, v->names[v->n]);
		/* no host has a name with other bytes */
		if (len > 0 && strchr(v->names[v->n], '?') == NULL)
			v->n++;
	}
}

static int
fits(const struct iprev *v, const struct dnsa *a)
{
	unsigned i;

	for (i = 0; i < a->n; i++)
		if (a->len[i] == v->ip_len &&
		    memcmp(a->data[i], v->ip, v->ip_len) == 0)
			return 1;
	return 0;
}

void
iprev_answer(struct iprev *v, const struct dnsa *a)
{
	if (!v->begun) {
		v->begun = 1;
		if (a->status == DNSA_FAILED)
			end(v, IPREV_TEMPERROR);
		else if (a->status != DNSA_OK)
			end(v, IPREV_PERMERROR);
		else
			take_names(v, a);
		return;
	}
	if (a->status == DNSA_FAILED) {
		v->failed = 1;
	} else if (a->status == DNSA_OK && fits(v, a)) {
		memcpy(v->name, v->names[v->at], sizeof v->name);
		end(v, IPREV_PASS);
	}
	v->at++;
}

const char *
iprev_word(enum iprev_result r)
{
	static const char *const words[] = { "pass", "fail", "temperror",
		"permerror" };

	return words[r];
}
