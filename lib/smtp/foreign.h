#ifndef SMTP_FOREIGN_H
#define SMTP_FOREIGN_H

#include <stddef.h>

/*
 * foreign_line - is this the line of another protocol than SMTP?
 *
 * p, n   a line, its end or not, or what there is of it
 * first  it is the first of a session
 *
 * A page in a browser, or an application that fetches what it is told to, can
 * be made to speak to the mail server of the house; what is in its body would
 * be obeyed as commands.  So: a method of HTTP or of its relatives, or
 * "HTTP/" behind a blank; and as the first line also those of FTP, POP, SIP,
 * SSH, the PROXY protocol, and whatever does not begin with a letter (TLS
 * does not), blanks and line ends apart.
 */
int foreign_line(const char *p, size_t n, int first);

#endif
