"""Live audio: the media stream of one call. The socket reader never recognises and never waits."""
