#include "dns/idn.h"
#include "base/ascii.h"
#include "conf/word.h"
#include "mail/address.h"
#include <idn2.h>
#include <stdint.h>
#include <string.h>

int
idn_needed(const char *p, size_t n)
{
	for (; n > 0; n--)
		if (*p++ & 0x80)
			return 1;
	return 0;
}

/* as the library wants it, with a NUL; 0, or -1 */
static int
put_text(char out[WORD_DOMAIN_MAX + 1], const char *domain, size_t n)
{
	if (n > WORD_DOMAIN_MAX || memchr(domain, '\0', n) != NULL)
		return -1;
	memcpy(out, domain, n);
	out[n] = '\0';
	return 0;
}

int
idn_ascii(const char *domain, size_t n, char *out)
{
	char in[WORD_DOMAIN_MAX + 1], *ascii;
	size_t len;
	int r = -1;

	if (put_text(in, domain, n) == -1 ||
	    idn2_to_ascii_8z(in, &ascii,
		IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return -1;
	len = strlen(ascii);
	if (word_domain(ascii, len) && !idn_needed(ascii, len)) {
		memcpy(out, ascii, len + 1);
		r = 0;
	}
	idn2_free(ascii);
	return r;
}

int
idn_plain(const char *domain, size_t n, char *out)
{
	char ascii[WORD_DOMAIN_MAX + 1];

	if (n > 0 && domain[n - 1] == '.')
		n--;
	if (idn_needed(domain, n)) {
		if (idn_ascii(domain, n, ascii) == -1)
			return -1;
		domain = ascii;
		n = strlen(ascii);
	}
	if (n == 0 || n > WORD_DOMAIN_MAX || !address_domain(domain, n))
		return -1;
	ascii_lower_copy(out, domain, n);
	out[n] = '\0';
	return 0;
}

int
idn_utf8(const char *domain, size_t n, char *out)
{
	char in[WORD_DOMAIN_MAX + 1], *utf8;
	size_t len;
	int r = -1;

	if (put_text(in, domain, n) == -1 ||
	    idn2_to_unicode_8z8z(in, &utf8, 0) != IDN2_OK)
		return -1;
	len = strlen(utf8);
	if (len < IDN_UTF8_ROOM) {
		memcpy(out, utf8, len + 1);
		r = 0;
	}
	idn2_free(utf8);
	return r;
}
