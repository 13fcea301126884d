/**
 * Connection to one other participant by "perfect negotiation" (W3C WebRTC 1.0, section 10.7): either side may offer at
 * any time. Of two crossing offers, the polite side drops its own.
 */
export class Peer {
  #connection;
  #send;
  #isPolite;
  #isOffering = false;
  #isSettingRemoteAnswer = false;
  #ignoresOffer = false;
  /** Candidates received before the description that they belong to. */
  #pendingCandidates = [];

  /** `send` sends a signal to the other side; `onStream` receives its media stream. */
  constructor({ iceServers, media, isPolite, send, onStream }) {
    this.#connection = new RTCPeerConnection({ iceServers });
    this.#send = send;
    this.#isPolite = isPolite;
    this.#connection.onnegotiationneeded = () => this.#sendOffer();
    this.#connection.onicecandidate = ({ candidate }) => {
      if (candidate) send({ kind: 'candidate', candidate: candidate.toJSON() });
    };
    this.#connection.ontrack = ({ streams: [stream] }) => onStream(stream);
    this.#connection.onconnectionstatechange = () => {
      if (this.#connection.connectionState === 'failed') this.restart();
    };
    // Each added track requests a negotiation, unless an offer of the other side is applied right after.
    for (const track of media.getTracks()) this.#connection.addTrack(track, media);
  }

  /** Applies a signal of the other side. Signals are applied in the order of their arrival. */
  async applySignal(signal) {
    if (signal.kind === 'candidate') await this.#addCandidate(signal.candidate);
    else await this.#applyDescription({ type: signal.kind, sdp: signal.sdp });
  }

  /** Offers again with an ICE restart, after lost signals. Media continue where the old path works. */
  async restart() {
    this.#connection.restartIce();
    await this.#sendOffer();
  }

  close() {
    this.#connection.close();
  }

  async #sendOffer() {
    this.#isOffering = true;
    try {
      await this.#sendDescription();
    } finally {
      this.#isOffering = false;
    }
  }

  async #applyDescription(description) {
    const isOffer = description.type === 'offer';
    if (!isOffer && this.#connection.signalingState !== 'have-local-offer') return; // answer to a dropped offer
    const isReady =
      !this.#isOffering && (this.#connection.signalingState === 'stable' || this.#isSettingRemoteAnswer);
    this.#ignoresOffer = isOffer && !isReady && !this.#isPolite;
    if (this.#ignoresOffer) return;

    this.#isSettingRemoteAnswer = !isOffer;
    await this.#connection.setRemoteDescription(description);
    this.#isSettingRemoteAnswer = false;
    for (const candidate of this.#pendingCandidates.splice(0)) await this.#addCandidate(candidate);
    if (isOffer) await this.#sendDescription();
  }

  async #addCandidate(candidate) {
    if (!this.#connection.remoteDescription) return void this.#pendingCandidates.push(candidate);
    try {
      await this.#connection.addIceCandidate(candidate);
    } catch (error) {
      if (!this.#ignoresOffer) throw error;
    }
  }

  /** Creates and sends the offer or answer that the signaling state requires. */
  async #sendDescription() {
    await this.#connection.setLocalDescription();
    const { type, sdp } = this.#connection.localDescription;
    this.#send({ kind: type, sdp });
  }
}
