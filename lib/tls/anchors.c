#include "tls/anchors.h"
#include "tls/bearkey.h"
#include <stdlib.h>
#include <string.h>

struct anchors {
	size_t n, room, holders;
	br_x509_trust_anchor *anchor; /* by name; each one's bytes stand in one
				       * allocation, which begins with dn */
};

struct bytes {
	unsigned char *p;
	size_t n, room;
	unsigned over : 1;
};

static void
append(void *to, const void *p, size_t n)
{
	struct bytes *b = to;

	if (n > b->room - b->n) {
		b->over = 1;
		return;
	}
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

int
anchors_of(const struct certparts *c, br_x509_trust_anchor *a)
{
	memset(a, 0, sizeof *a);
	if (bearkey_of(c, &a->pkey) == -1)
		return -1;
	a->flags = c->is_ca ? BR_X509_TA_CA : 0;
	a->dn.data = (unsigned char *)(uintptr_t)c->subject.p;
	a->dn.len = c->subject.n;
	return 0;
}

/* sets */

static unsigned char *
copy(unsigned char **to, const unsigned char *p, size_t n)
{
	unsigned char *at = *to;

	if (n > 0)
		memcpy(at, p, n);
	*to += n;
	return at;
}

/* 0, or -1 with ENOMEM */
static int
keep(struct anchors *s, const br_x509_trust_anchor *from)
{
	br_x509_trust_anchor *a = &s->anchor[s->n];
	const br_x509_pkey *k = &from->pkey;
	int rsa = k->key_type == BR_KEYTYPE_RSA;
	unsigned char *p = malloc(from->dn.len + 1 +
	    (rsa ? k->key.rsa.nlen + k->key.rsa.elen : k->key.ec.qlen));

	if (p == NULL)
		return -1;
	*a = *from;
	a->dn.data = copy(&p, from->dn.data, from->dn.len);
	if (rsa) {
		a->pkey.key.rsa.n = copy(&p, k->key.rsa.n, k->key.rsa.nlen);
		a->pkey.key.rsa.e = copy(&p, k->key.rsa.e, k->key.rsa.elen);
	} else {
		a->pkey.key.ec.q = copy(&p, k->key.ec.q, k->key.ec.qlen);
	}
	s->n++;
	return 0;
}

static int
compare(const unsigned char *a, size_t a_len, const unsigned char *b,
    size_t b_len)
{
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return memcmp(a, b, a_len);
}

static int
by_name(const void *a, const void *b)
{
	const br_x509_trust_anchor *x = a, *y = b;

	return compare(x->dn.data, x->dn.len, y->dn.data, y->dn.len);
}

size_t
anchors_named(const struct anchors *s, const unsigned char *dn, size_t n,
    const br_x509_trust_anchor **first)
{
	size_t low = 0, high = s == NULL ? 0 : s->n, mid, k;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (compare(s->anchor[mid].dn.data, s->anchor[mid].dn.len, dn,
			n) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (s == NULL)
		return 0;
	*first = s->anchor + low;
	for (k = low; k < s->n && s->anchor[k].dn.len == n &&
	     memcmp(s->anchor[k].dn.data, dn, n) == 0;
	     k++)
		;
	return k - low;
}

struct anchors *
anchors_ref(struct anchors *s)
{
	s->holders++;
	return s;
}

void
anchors_drop(struct anchors *s)
{
	size_t i;

	if (s == NULL || --s->holders > 0)
		return;
	for (i = 0; i < s->n; i++)
		free(s->anchor[i].dn.data);
	free(s->anchor);
	free(s);
}

/* PEM */

struct reading {
	struct anchors *set;
	struct anchors_told *told;
	br_pem_decoder_context pem;
	unsigned char cert[ANCHORS_CERT_MAX];
	struct bytes got; /* of one object, into cert */
	int inside;       /* a certificate's */
	int no_memory;
};

static void
take(struct reading *r)
{
	br_x509_trust_anchor a;
	struct certparts parts;

	if (r->set->n == ANCHORS_MAX) {
		r->told->over++;
		return;
	}
	if (r->got.over || certparts_read(r->cert, r->got.n, &parts) == -1 ||
	    anchors_of(&parts, &a) == -1) {
		r->told->skipped++;
		return;
	}
	if (keep(r->set, &a) == -1)
		r->no_memory = 1;
	else
		r->told->used++;
}

static void
begin(struct reading *r)
{
	const char *name = br_pem_decoder_name(&r->pem);

	r->inside = strcmp(name, "CERTIFICATE") == 0 ||
	    strcmp(name, "X509 CERTIFICATE") == 0;
	r->got = (struct bytes){ .p = r->cert, .room = sizeof r->cert };
	br_pem_decoder_setdest(&r->pem, append, &r->got);
}

static void
event(struct reading *r)
{
	switch (br_pem_decoder_event(&r->pem)) {
	case BR_PEM_BEGIN_OBJ: begin(r); break;
	case BR_PEM_END_OBJ:
		if (r->inside)
			take(r);
		r->inside = 0;
		break;
	case BR_PEM_ERROR:
		/* begun anew, since it would put bytes of this one in front
		 * of the next one's */
		br_pem_decoder_init(&r->pem);
		r->told->cut = 1;
		r->inside = 0;
		break;
	}
}

static void
push(struct reading *r, const char *p, size_t n)
{
	size_t k;

	for (; n > 0 && !r->no_memory; n -= k, p += k) {
		k = br_pem_decoder_push(&r->pem, p, n);
		event(r);
	}
}

static struct reading *
reading_new(struct anchors_told *told)
{
	struct reading *r = calloc(1, sizeof *r);
	struct anchors *s = calloc(1, sizeof *s);

	if (s != NULL)
		s->anchor = calloc(ANCHORS_MAX, sizeof *s->anchor);
	if (r == NULL || s == NULL || s->anchor == NULL) {
		if (s != NULL)
			free(s->anchor);
		free(s);
		free(r);
		return NULL;
	}
	s->holders = 1;
	r->set = s;
	r->told = told;
	br_pem_decoder_init(&r->pem);
	return r;
}

struct anchors *
anchors_parse(const char *p, size_t n, struct anchors_told *told)
{
	struct reading *r;
	struct anchors *s;

	memset(told, 0, sizeof *told);
	if ((r = reading_new(told)) == NULL)
		return NULL;
	push(r, p, n);
	/* without the end of its last line the decoder waits for more */
	push(r, "\n", 1);
	told->cut |= r->inside != 0;
	s = r->set;
	if (r->no_memory) {
		anchors_drop(s);
		s = NULL;
	} else if (s->n > 0) {
		qsort(s->anchor, s->n, sizeof *s->anchor, by_name);
	}
	free(r);
	return s;
}
