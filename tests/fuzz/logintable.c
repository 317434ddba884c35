/*
 * The table of logins: no text makes a record that its own reader calls
 * damaged; names are kept in one form; what is written of a login is read as
 * the same; and no hash takes more than it may.
 */
#include "sasl/logintable.h"
#include "crypt/pwhash.h"
#include "../lib/memlookup.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

static void
write_again(const struct memtable_record *r, const struct logintable_entry *e)
{
	struct logintable_entry again;
	struct memtable t;
	struct lookup l;
	struct buf b = { 0 };

	logintable_put(&b, r->key, e->hash, e->has_keys ? &e->keys : NULL,
	    e->off);
	buf_putc(&b, '\0');
	l = memtable_make(&t, &conffile_logins, buf_data(&b));
	must(logintable_get(&l, r->key, r->key_len, &again) == 1);
	must(again.off == e->off && again.has_keys == e->has_keys);
	must(again.hash.n == e->hash.n &&
	    memcmp(again.hash.p, e->hash.p, e->hash.n) == 0);
	must(!e->has_keys ||
	    memcmp(again.keys.stored, e->keys.stored, DIGEST_LEN) == 0);
	memtable_free(&t);
	buf_free(&b);
}

static void
check_record(const struct lookup *l, const struct memtable_record *r)
{
	char kept[SASLNAME_LOGIN_MAX + 1];
	struct logintable_entry e;

	if (r->key_len == 0 || r->key[0] == '\0')
		return;
	must(logintable_name(r->key, r->key_len, kept) == (long)r->key_len);
	must(memcmp(kept, r->key, r->key_len) == 0);
	must(logintable_get(l, r->key, r->key_len, &e) == 1);
	must(pwhash_fault(e.hash.p, strlen(e.hash.p)) == NULL);
	write_again(r, &e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	unsigned char secret[LOGINTABLE_SECRET_LEN];
	char *text = memtable_copy((const char *)p, n);
	struct memtable t;
	struct lookup l;
	size_t i;

	/* conf-build hands over no line with control bytes; nor do we */
	for (i = 0; i < n; i++)
		if ((text[i] < ' ' && text[i] > 0 && text[i] != '\t' &&
			text[i] != '\n') ||
		    text[i] == 0x7f || text[i] == '\0')
			text[i] = ' ';
	l = memtable_make(&t, &conffile_logins, text);
	for (i = 0; i < t.n; i++)
		check_record(&l, &t.record[i]);
	must(logintable_secret(&l, secret) != -1);
	must(logintable_all_keys(&l) != -1);
	memtable_free(&t);
	free(text);
	return 0;
}
