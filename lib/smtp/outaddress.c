#include "smtp/smtpout.h"
#include <string.h>

/* what may stand in commands: smtpout_address() and smtpout_params() */

int
smtpout_address(const char *p, size_t n, int *utf8)
{
	int quoted = 0;
	size_t i;

	*utf8 = 0;
	if (n > SMTPOUT_ADDRESS_MAX)
		return 0;
	for (i = 0; i < n; i++) {
		unsigned char c = p[i];

		if (c < ' ' || c == 0x7f)
			return 0;
		if (c >= 0x80)
			*utf8 = 1;
		if (c == '\\') {
			if (!quoted || i + 1 == n || p[i + 1] < ' ' ||
			    p[i + 1] > '~')
				return 0;
			i++;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (!quoted && (c == ' ' || c == '<' || c == '>')) {
			return 0;
		}
	}
	return !quoted;
}

int
smtpout_params(const char *p, size_t n)
{
	size_t i;

	if (n > SMTPOUT_DSN_MAX)
		return 0;
	for (i = 0; i < n; i++)
		if (p[i] < ' ' || p[i] > '~')
			return 0;
	return 1;
}
