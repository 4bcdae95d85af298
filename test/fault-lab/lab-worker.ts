/** The lab's app as a Worker. */
import { serveLab } from './lab-app.ts'

type Context = NonNullable<Parameters<typeof serveLab>[1]>

export default {
  fetch: (request: Request, _bindings: unknown, context: Context): Promise<Response> =>
    serveLab(request, context),
}
