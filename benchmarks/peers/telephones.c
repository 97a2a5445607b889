/* Many telephones that speak: 50 packets a second of 172 bytes (G.711, 20 ms) to each port.
 *
 *   telephones ADDRESS      standard input, a line each:
 *       + PORT SSRC         begin to speak to PORT, with sequence number 0
 *       - SSRC              fall silent; prints "SSRC SENT"
 *       = SSRC              go on (after -), with the next sequence number
 *   ends at the end of its input. Spread over the 20 ms, as many telephones would be.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "common.h"

enum { MOST = 1 << 17, PACKET = 172, BATCH = 128, TICK_NS = 20000000 };

struct voice {
    struct sockaddr_in to;
    uint32_t sent;
    int at; /* among those that speak, or -1 */
};

static struct voice voices[MOST]; /* by SSRC */
static uint32_t speaking[MOST];
static int count;
static struct in_addr address;

static void begin(uint32_t ssrc) {
    if (voices[ssrc].at >= 0) return;
    voices[ssrc].at = count;
    speaking[count++] = ssrc;
}

static void silence(uint32_t ssrc) {
    int at = voices[ssrc].at;
    if (at >= 0) {
        speaking[at] = speaking[--count];
        voices[speaking[at]].at = at;
        voices[ssrc].at = -1;
    }
    printf("%u %u\n", ssrc, voices[ssrc].sent);
    fflush(stdout);
}

static void obey(const char *line) {
    char what;
    unsigned first, second;
    int words = sscanf(line, "%c %u %u", &what, &first, &second);
    uint32_t ssrc = words == 3 ? second : first;
    if (words < 2 || ssrc >= MOST) {
        fprintf(stderr, "telephones: not understood: %s\n", line);
        exit(2);
    }
    if (what == '+') {
        voices[ssrc].to = (struct sockaddr_in){
            .sin_family = AF_INET, .sin_port = htons(first), .sin_addr = address};
        voices[ssrc].sent = 0;
        begin(ssrc);
    } else if (what == '=') {
        begin(ssrc);
    } else {
        silence(ssrc);
    }
}

/* Obeys every whole line that waits; 0 at the end of the input. */
static int listen_to_orders(void) {
    static char text[1 << 16];
    static size_t used;
    for (;;) {
        ssize_t got = read(0, text + used, sizeof text - used - 1);
        if (got == 0) return 0;
        if (got < 0) return errno == EAGAIN || errno == EINTR;
        used += (size_t)got;
        char *from = text, *end;
        while ((end = memchr(from, '\n', used - (size_t)(from - text)))) {
            *end = 0;
            obey(from);
            from = end + 1;
        }
        used -= (size_t)(from - text);
        memmove(text, from, used);
    }
}

static void speak(int out, int from, int size) {
    static char packets[BATCH][PACKET];
    static struct iovec parts[BATCH];
    static struct mmsghdr messages[BATCH];
    for (int k = 0; k < size; k++) {
        uint32_t ssrc = speaking[from + k];
        struct voice *one = &voices[ssrc];
        uint32_t stamp = htonl(one->sent * 160), source = htonl(ssrc);
        uint16_t number = htons((uint16_t)one->sent);
        memset(packets[k], 0xD5, PACKET);
        packets[k][0] = (char)0x80;
        packets[k][1] = 8;
        memcpy(packets[k] + 2, &number, 2);
        memcpy(packets[k] + 4, &stamp, 4);
        memcpy(packets[k] + 8, &source, 4);
        one->sent++;
        parts[k] = (struct iovec){packets[k], PACKET};
        messages[k].msg_hdr = (struct msghdr){
            .msg_name = &one->to, .msg_namelen = sizeof one->to,
            .msg_iov = &parts[k], .msg_iovlen = 1};
    }
    for (int done = 0; done < size;) {
        int got = sendmmsg(out, messages + done, (unsigned)(size - done), 0);
        if (got < 0) fail("sendmmsg");
        done += got;
    }
}

int main(int argc, char **argv) {
    if (argc != 2 || !inet_aton(argv[1], &address)) {
        fputs("usage: telephones ADDRESS\n", stderr);
        return 2;
    }
    for (int n = 0; n < MOST; n++) voices[n].at = -1;
    int out = socket(AF_INET, SOCK_DGRAM, 0);
    if (out < 0 || fcntl(0, F_SETFL, O_NONBLOCK) < 0) fail("begin");
    for (int64_t tick = now_ns(); listen_to_orders(); tick += TICK_NS) {
        int all = count;
        for (int n = 0; n < all; n += BATCH) {
            int size = all - n < BATCH ? all - n : BATCH;
            speak(out, n, size);
            sleep_until(tick + (int64_t)TICK_NS * (n + size) / all);
        }
        sleep_until(tick + TICK_NS);
    }
    return 0;
}
