import { useState } from 'react';
import { messageOf } from '../app/failure.tsx';

/** A form of the way in while it is sent: whether it is, and why it was refused. */
export function useSending(send: () => Promise<void>) {
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await send();
    } catch (error) {
      setFailure(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { failure, isBusy, submit };
}
