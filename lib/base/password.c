#include "base/password.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* as far as the line goes; how many bytes, the LF with them */
static size_t
read_line(char out[PASSWORD_ROOM])
{
	size_t n = 0;
	ssize_t k = 1;

	/* byte by byte: what stands behind the line is not ours */
	while (k != 0 && n < PASSWORD_ROOM && (n == 0 || out[n - 1] != '\n')) {
		k = read(0, out + n, 1);
		if (k == -1 && errno != EINTR)
			die(EXIT_TEMP, "unable to read: %m");
		if (k > 0)
			n++;
	}
	return n;
}

static size_t
ask(char out[PASSWORD_ROOM])
{
	static const char prompt[] = "Password: ";
	struct termios was, hidden;
	size_t n;

	if (tcgetattr(0, &was) == -1)
		return read_line(out);
	hidden = was;
	hidden.c_lflag &= ~(tcflag_t)(ECHO);
	tcsetattr(0, TCSAFLUSH, &hidden);
	fd_write_all(2, prompt, sizeof prompt - 1);
	n = read_line(out);
	tcsetattr(0, TCSAFLUSH, &was);
	fd_write_all(2, "\n", 1);
	return n;
}

size_t
password_read(char out[PASSWORD_ROOM])
{
	size_t n = ask(out);

	if (n > 0 && out[n - 1] == '\n')
		n--;
	if (n == 0)
		die(EXIT_PERM, "no password on descriptor 0");
	if (n > PASSWORD_MAX)
		die(EXIT_PERM, "password of more than 256 bytes");
	if (memchr(out, '\0', n) != NULL)
		die(EXIT_PERM, "control character in the password");
	return n;
}
