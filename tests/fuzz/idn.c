/* any bytes as a domain: its A-labels are a name that stays as it is, and what
 * was registered below a public suffix is its end */
#include "dns/idn.h"
#include "base/ascii.h"
#include "conf/word.h"
#include "dns/dnsq.h"
#include "dns/suffix.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_ascii(const char *p, size_t n)
{
	char ascii[WORD_DOMAIN_MAX + 1], again[WORD_DOMAIN_MAX + 1];
	char utf8[IDN_UTF8_ROOM];
	size_t len;

	if (idn_ascii(p, n, ascii) == -1)
		return;
	len = strlen(ascii);
	assert(word_domain(ascii, len) && !idn_needed(ascii, len));
	if (idn_ascii(ascii, len, again) == 0)
		assert(ascii_same(ascii, len, again, strlen(again)));
	if (idn_utf8(ascii, len, utf8) == 0)
		assert(strlen(utf8) < sizeof utf8);
}

static void
check_plain(const char *p, size_t n)
{
	char plain[DNSQ_NAME_MAX + 1], again[DNSQ_NAME_MAX + 1];
	size_t len;

	if (idn_plain(p, n, plain) == -1)
		return;
	len = strlen(plain);
	assert(len > 0 && len <= WORD_DOMAIN_MAX && plain[len - 1] != '.');
	assert(!idn_needed(plain, len));
	assert(idn_plain(plain, len, again) == 0 && strcmp(plain, again) == 0);
}

static void
check_suffix(const char *name)
{
	const char *found = suffix_organization(name), *end;

	if (found == NULL)
		return;
	end = name + strlen(name);
	assert(found >= name && found < end);
	assert(found == name || found[-1] == '.');
	assert(*found != '.' && strchr(found, '.') != NULL);
	assert(suffix_organization(found) == found);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *p = malloc(n + 1);

	memcpy(p, bytes, n);
	p[n] = '\0';
	check_ascii(p, n);
	check_plain(p, n);
	check_suffix(p);
	free(p);
	return 0;
}
